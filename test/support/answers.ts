/** What tests look at in answers of the API, whichever endpoint gave them. */

/** Statuses of requests that were sent at once, in ascending order: which of them won does not matter. */
export function statusesOf(answers: readonly { status: number }[]): number[] {
  return answers.map(({ status }) => status).toSorted((a, b) => a - b);
}

/** Status and error code of an answer. */
export async function codeOf(
  answer: Promise<{ status: number; body: { error?: { code: string } } }>,
): Promise<[number, string | undefined]> {
  const { status, body } = await answer;
  return [status, body.error?.code];
}
