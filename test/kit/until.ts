/** Waits until the condition holds, looking often; fails with what it was waiting for after the deadline. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  deadlineMillis = 30_000,
): Promise<void> {
  for (const end = Date.now() + deadlineMillis; !(await holds());) {
    if (Date.now() > end) throw new Error(`waited ${deadlineMillis} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
