import { Form, Input } from "antd";
import { identityNumber, mobilePhone } from "../../shared/contracts/fields.ts";
import { ruleOf } from "./field-rules.ts";

/** 身份证号码 of somebody who registers: it becomes the login account. */
export function IdNumberField({ extra }: { extra: string }) {
  return (
    <Form.Item
      name="idNumber"
      label="身份证号码"
      extra={extra}
      rules={ruleOf(identityNumber, "请输入身份证号码")}
      normalize={(value: string) => value.toUpperCase()}
    >
      <Input autoComplete="username" maxLength={18} />
    </Form.Item>
  );
}

/** One's own mobile phone number. */
export function PhoneField({ label = "手机号码", extra }: { label?: string; extra?: string }) {
  return (
    <Form.Item name="phone" label={label} extra={extra} rules={ruleOf(mobilePhone, "请输入手机号码")}>
      <Input autoComplete="tel" inputMode="tel" maxLength={11} />
    </Form.Item>
  );
}
