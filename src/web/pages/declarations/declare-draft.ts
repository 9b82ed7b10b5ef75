import type { FormView } from "../../../shared/contracts/declarations.ts";
import type { DraftSource } from "../../components/drafts/draft-source.ts";
import type { DeclareValues } from "./declare-model.ts";

/** Drafts of declarations by the forms in force; one of another form cannot be gone on with (DEC-14). */
export function declarationDrafts(forms: readonly FormView[]): DraftSource<DeclareValues> {
  const formOf = (values: Partial<DeclareValues>) => forms.find((form) => form.id === values.form);
  return {
    kind: "declaration",
    titleOf: (values) => [formOf(values)?.title, values.title].filter(Boolean).join("："),
    filesOf: ({ evidence = [] }) => evidence.map(({ fileId }) => fileId),
    read: (content) => {
      const values = content as Partial<DeclareValues>;
      return formOf(values) === undefined ? null : (values as DeclareValues);
    },
  };
}
