import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { Checkbox, Form, Input, type FormInstance } from "antd";
import { useMemo } from "react";
import { creditCodeProblem, normalizeCreditCode } from "../../../shared/credit-code.ts";
import { checkCreditCode } from "../../../shared/contracts/registrations.ts";
import { regionOf } from "../../../shared/dictionaries/regions.ts";
import { callApi } from "../../api.ts";
import type { UnitValues } from "./unit-model.ts";

/**
 * 统一社会信用代码: shape and check digits at once, then whether it is free, at the field; a valid free code suggests
 * 单位性质 and 所属区域 where these are still empty (REG-22, REG-23, REG-25).
 */
export function CreditCodeField({ form }: { form: FormInstance<UnitValues> }) {
  const client = useQueryClient();
  const rules = useMemo(
    () => [
      { required: true, message: "请输入统一社会信用代码" },
      {
        validator: async (_rule: unknown, value: unknown) => {
          if (typeof value !== "string" || value === "") return;
          const problem = creditCodeProblem(value);
          if (problem !== null) throw new Error(problem);
          // A branch's code is its superior's: whether that one has it is the server's to say (REG-23).
          if (form.getFieldValue("sharesCode") === true) return;
          await requireFree(client, form, normalizeCreditCode(value));
        },
      },
    ],
    [client, form],
  );
  const isEmployer = Form.useWatch("kind", form) === "employer";
  return (
    <>
      <Form.Item
        name="creditCode"
        label="统一社会信用代码"
        hasFeedback
        validateFirst
        validateTrigger="onBlur"
        rules={rules}
        normalize={(value: string) => value.toUpperCase()}
        extra="营业执照、事业单位法人证书等证件上的18位代码；没有统一社会信用代码的单位无法注册"
      >
        <Input autoComplete="off" maxLength={18} />
      </Form.Item>
      {isEmployer && (
        <Form.Item
          name="sharesCode"
          valuePropName="checked"
          extra="分校区、分支机构没有自己的代码时勾选，由同级人社部门审核"
        >
          <Checkbox onChange={() => void form.validateFields(["creditCode"]).catch(() => undefined)}>
            与上级用人单位共用统一社会信用代码
          </Checkbox>
        </Form.Item>
      )}
    </>
  );
}

/** Throws with the holder's name when the code is taken. Without an answer the server's check at the end decides. */
async function requireFree(
  client: QueryClient,
  form: FormInstance<UnitValues>,
  creditCode: string,
): Promise<void> {
  const answer = await client
    .fetchQuery({
      queryKey: ["credit-code", creditCode],
      queryFn: () => callApi(checkCreditCode, { creditCode }),
      staleTime: 60_000,
      retry: false,
    })
    .catch(() => null);
  if (answer === null) return;
  if (!answer.available) {
    const contact = answer.contact === null ? "" : `，如有疑问请联系其上级部门：${answer.contact}`;
    throw new Error(`该统一社会信用代码已由「${answer.holder ?? "其他单位"}」注册${contact}`);
  }
  suggest(form, creditCode, answer.suggestedNatures[0]);
}

function suggest(form: FormInstance<UnitValues>, creditCode: string, nature: string | undefined): void {
  const current = form.getFieldsValue(["nature", "regionCode"]) as Partial<UnitValues>;
  if (nature !== undefined && current.nature === undefined) form.setFieldValue("nature", nature);
  const region = regionOf(creditCode.slice(2, 8));
  if (region !== undefined && current.regionCode === undefined) form.setFieldValue("regionCode", region.code);
}
