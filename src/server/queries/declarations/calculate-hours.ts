import type { Person } from "../../../models/person.ts";
import type { calculateHours as contract } from "../../../shared/contracts/declarations.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { isoDate } from "../../../shared/dates.ts";
import { classForm } from "../../commands/base-classes/base-class.ts";
import { loadOwnDeclaration } from "../../commands/declarations/load-own-declaration.ts";
import type { CommandContext } from "../../command-context.ts";
import { classProblems } from "../base-classes/class-problems.ts";
import { type Activity, assessDeclaration, type Assessment } from "./assess-declaration.ts";
import { correctionTerms } from "./correction-terms.ts";
import { loadDeclaredPeople } from "./load-declared-people.ts";

/**
 * Live calculation of the declaration page: hours, trace and every problem, nothing written (CNV-21). Of several
 * people, the first one's. Errors as `loadDeclaredPeople` and, of a correction, `loadOwnDeclaration`; wrong content is
 * a problem in the answer.
 */
export async function calculateHours(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Assessment | null> {
  const { people } = await loadDeclaredPeople(ctx, input.personIds);
  const [person] = people;
  if (person === undefined) return null;
  const { year, form, subject, facts, startDate, endDate } = input;
  const terms = await termsOf(ctx, input, person);
  const activity = { year, form, subject, facts, startDate, endDate, ...terms };
  const today = isoDate(ctx.clock.now());
  const assessment = assessDeclaration(ctx.app.packs, today, { activity, person });
  // The base's and its bureau's word on a class comes after the rules' (CNV-01).
  const classes = form === classForm && assessment.problems.length === 0;
  const more = classes ? await classProblems({ person, assessment }) : [];
  // Without dates there is no period that days or months could exceed.
  const dated = startDate !== undefined && endDate !== undefined;
  const problems = assessment.problems.filter(
    ({ code }) => dated || code !== "declaration.longer_than_period",
  );
  return { ...assessment, problems: [...problems, ...more] };
}

/** What a returned declaration is allowed and a new one is not, so that the page says what sending it will say. */
async function termsOf(
  ctx: CommandContext,
  { correctionOf }: Pick<InputOf<typeof contract>, "correctionOf">,
  person: Person,
): Promise<Pick<Activity, "isCorrection" | "makeUpWindow">> {
  if (correctionOf === undefined) return {};
  const declaration = await loadOwnDeclaration(ctx, correctionOf);
  const { isCorrection, makeUpWindow } = await correctionTerms(ctx, declaration, person);
  return { isCorrection, makeUpWindow };
}
