# Build with everything, run with what is needed.
# Both bases have the same Debian, since the native kernel is compiled in one and loaded in the other. They can be pinned:
# --build-arg NODE_IMAGE=node:24-bookworm-slim@sha256:…, see docs/operations.md.
ARG NODE_IMAGE=node:24-bookworm-slim
ARG RUN_IMAGE=debian:bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
# For the native kernel and the health check; the image that runs has no compiler.
RUN apt-get update && apt-get install -y --no-install-recommends g++ && rm -rf /var/lib/apt/lists/*
COPY deploy/image/health.c deploy/image/
RUN gcc -O2 -Wall -Wextra -Werror -o /health deploy/image/health.c
COPY package.json package-lock.json ./
COPY client/package.json client/
COPY studio/package.json studio/
# Where npm needs settings: --secret id=npmrc,src=$HOME/.npmrc, which no layer keeps.
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY openapi ./openapi
# The page is built from the source of the client, and needs nothing of either when it is served.
COPY client/src client/src
COPY studio studio
RUN npm run build:server && npm run build:studio && npm prune --omit=dev --offline \
  && rm -rf node_modules/spotlight-client node_modules/spotlight-studio
# Maps, declarations, tests of packages, and builds for other platforms: 110 MB.
COPY deploy/image/trim.mjs deploy/image/
RUN node deploy/image/trim.mjs node_modules dist

# Without npm, corepack and yarn: what runs starts nothing but node.
FROM ${RUN_IMAGE}
ARG RUN_IMAGE
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="spotlight" \
  org.opencontainers.image.description="Attention as a service: post query, key and value, get the exact attention output, fast and explained." \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.base.name="${RUN_IMAGE}"
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080
WORKDIR /app
COPY --from=build /usr/local/bin/node /usr/local/bin/
# The license of Node and of what is built into it.
COPY --from=build /usr/local/LICENSE /usr/local/share/doc/node/
COPY --from=build /health /usr/local/bin/spotlight-health
COPY LICENSE package.json ./
COPY vectors ./vectors
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/studio/dist ./studio/dist
COPY --from=build /app/dist ./dist
# Nobody of the base, and a number: Kubernetes' runAsNonRoot cannot read a name.
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["spotlight-health"]
# Not npm: signals must reach the server itself.
CMD ["node", "dist/main.js"]
