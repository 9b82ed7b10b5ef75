import type { FormRule } from "antd";
import type { z } from "zod";

/** An antd form rule that asks a contract's own zod schema, so page and server refuse the same with the same words. */
export function ruleOf(schema: z.ZodType, requiredMessage?: string): FormRule[] {
  const required: FormRule[] =
    requiredMessage === undefined ? [] : [{ required: true, message: requiredMessage }];
  return [
    ...required,
    {
      validator: async (_rule: unknown, value: unknown) => {
        if (value === undefined || value === null || value === "") return;
        const result = await schema.safeParseAsync(value);
        if (!result.success) throw new Error(result.error.issues[0]?.message ?? "内容有误");
      },
    },
  ];
}
