import { Form, Input } from "antd";
import { newPassword } from "../../../shared/contracts/fields.ts";
import { ruleOf } from "../../components/field-rules.ts";

/** 密码 and 确认密码 as two form fields (`newPassword`, `confirmation`): symbols are welcome (PWD-07). */
export function PasswordFields({ title = "新密码" }: { title?: string }) {
  return (
    <>
      <Form.Item
        name="newPassword"
        label={title}
        extra="至少8位，包含字母、数字、符号中的两类，可以使用标点符号"
        rules={ruleOf(newPassword, `请输入${title}`)}
      >
        <Input.Password autoComplete="new-password" maxLength={72} />
      </Form.Item>
      <Form.Item
        name="confirmation"
        label={`确认${title}`}
        dependencies={["newPassword"]}
        rules={[
          { required: true, message: `请再次输入${title}` },
          ({ getFieldValue }) => ({
            validator: async (_rule, value: unknown) => {
              if (value !== undefined && value !== "" && value !== getFieldValue("newPassword")) {
                throw new Error("两次输入的密码不一致");
              }
            },
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={72} />
      </Form.Item>
    </>
  );
}
