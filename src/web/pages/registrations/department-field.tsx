import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Form, Select } from "antd";
import { listDepartmentOptions } from "../../../shared/contracts/departments.ts";
import { callApi, errorText } from "../../api.ts";
import { byLabel } from "../../components/dictionary-options.ts";

/** 所属工作部门 of the chosen unit (PER-01); nothing where the unit has no departments. */
export function DepartmentField({ organizationId }: { organizationId: string | undefined }) {
  const departments = useQuery({
    queryKey: ["listDepartmentOptions", organizationId],
    queryFn: () => callApi(listDepartmentOptions, { id: organizationId ?? "" }),
    enabled: organizationId !== undefined,
  });
  if (departments.isError) {
    return (
      <Alert
        type="warning"
        showIcon
        title={`所属工作部门加载失败：${errorText(departments.error)}`}
        action={<Button onClick={() => void departments.refetch()}>重试</Button>}
      />
    );
  }
  const options = (departments.data?.rows ?? []).map(({ id, name }) => ({ value: id, label: name }));
  if (organizationId === undefined || options.length === 0) return null;
  return (
    <Form.Item name="department" label="所属工作部门（选填）">
      <Select
        allowClear
        labelInValue
        placeholder="请选择所属工作部门"
        options={options}
        showSearch={byLabel}
      />
    </Form.Item>
  );
}
