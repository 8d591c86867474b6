# Build with everything, run with what is needed.
FROM node:24-slim AS build
WORKDIR /app
# For the native kernel; the image that runs has no compiler.
RUN apt-get update && apt-get install -y --no-install-recommends g++ && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json ./
COPY client/package.json client/
COPY studio/package.json studio/
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY openapi ./openapi
# The page is built from the source of the client, and needs nothing of either when it is served.
COPY client/src client/src
COPY studio studio
RUN npm run build:server && npm run build:studio && npm prune --omit=dev \
  && rm -rf node_modules/spotlight-client node_modules/spotlight-studio
# Of the library that runs tokenizers only the builds that can run here: those of all platforms have 65 MB.
RUN find node_modules/tokenizers -name '*.node' ! -name '*.linux-*-gnu.node' -delete

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/openapi ./openapi
COPY --from=build /app/studio/dist ./studio/dist
COPY vectors ./vectors
USER node
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=2s --start-period=5s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Not npm: signals must reach the server itself.
CMD ["node", "dist/main.js"]
