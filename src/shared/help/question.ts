/** One question of the help centre. Its address is `/help#q-<id>`. */
export interface HelpQuestion {
  id: string;
  number: number;
  question: string;
  /** one string per paragraph, as in the guide */
  answer: readonly string[];
  /** what differs on this platform, shown apart from the guide's words */
  notes?: readonly string[];
  /** page where the matter is settled */
  link?: string;
}
