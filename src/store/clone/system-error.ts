/** Whether something that was thrown is the operating system's error of a code, such as `ENOENT`. */
export function isSystemError(error: unknown, code: string): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === code;
}
