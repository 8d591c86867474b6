/** One word of a shell, whatever is in it: between single quotes nothing has a meaning but their end. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
