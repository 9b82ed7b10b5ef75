import type { HelpQuestion } from "./question.ts";

/** The words of a search: parted by spaces, without empty ones. */
export function searchWords(text: string): string[] {
  return text
    .trim()
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== "");
}

/** The questions that contain every word in the question, the answer or a note; all of them for no word (POL-01). */
export function searchQuestions(questions: readonly HelpQuestion[], text: string): HelpQuestion[] {
  const words = searchWords(text);
  return questions.filter((question) => {
    const content = [question.question, ...question.answer, ...(question.notes ?? [])]
      .join("\n")
      .toLowerCase();
    return words.every((word) => content.includes(word));
  });
}
