/** What vite makes of a page, see studio/single-file.ts. */
declare module '*?single' {
  const around: readonly [before: string, between: string, behind: string];
  export default around;
}
