import { useMutation } from "@tanstack/react-query";
import { Button, Form, Input, Typography } from "antd";
import { identityNumber } from "../../../shared/contracts/fields.ts";
import { findPerson } from "../../../shared/contracts/people.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { callApi, errorText } from "../../api.ts";
import { ruleOf } from "../../components/field-rules.ts";

export type FoundPerson = NonNullable<ResponseOf<typeof findPerson>["person"]>;

/** Exact look-up by ID number: sent in a body and kept out of the address (QRY-02, QRY-05). */
export function IdLookUp({ onFound }: { onFound: (person: FoundPerson) => void }) {
  const find = useMutation({
    mutationFn: (idNumber: string) => callApi(findPerson, { idNumber }),
    onSuccess: ({ person }) => {
      if (person !== null) onFound(person);
    },
  });
  const missing = find.data !== undefined && find.data.person === null;
  return (
    <Form<{ idNumber: string }>
      layout="inline"
      requiredMark={false}
      name="look-up"
      role="search"
      aria-label="按身份证号码查找"
      style={{ marginBottom: 16, rowGap: 8 }}
      onFinish={({ idNumber }) => find.mutate(idNumber)}
    >
      <Form.Item name="idNumber" label="身份证号码" rules={ruleOf(identityNumber, "请输入身份证号码")}>
        <Input
          autoComplete="off"
          maxLength={20}
          placeholder="18位身份证号码，精确查找"
          style={{ width: 260 }}
        />
      </Form.Item>
      <Form.Item>
        <Button htmlType="submit" loading={find.isPending}>
          查找
        </Button>
      </Form.Item>
      <div role="status" style={{ alignSelf: "center" }}>
        {missing && <Typography.Text>没有数据：管辖范围内没有该身份证号码的人员</Typography.Text>}
        {find.error !== null && <Typography.Text type="danger">{errorText(find.error)}</Typography.Text>}
      </div>
    </Form>
  );
}
