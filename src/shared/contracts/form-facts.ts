import { z } from "zod";
import { evidenceKeyPattern, factNamePattern, formIdPattern, mostFields } from "../form-names.ts";
import { fileRef } from "./fields.ts";

/** What is filled in and proved on the form of a declaration. */

export const formId = z.string().regex(formIdPattern, "学习形式不正确");

/** Facts of a form: which ones and of what type is the rule pack's word, so here only their shape is bounded. */
export const facts = z
  .record(
    z.string().regex(factNamePattern, "字段名不正确"),
    z.union([z.string().max(500, "不能超过500个字"), z.number(), z.boolean()]),
  )
  .refine((value) => Object.keys(value).length <= mostFields, "字段过多");

export const evidence = z.array(fileRef.extend({ key: z.string().regex(evidenceKeyPattern) })).max(20);

/** A field or kind of evidence that is asked for only while another field has this value. */
export const showWhen = z
  .object({ field: z.string(), equals: z.union([z.string(), z.number(), z.boolean()]) })
  .optional();
