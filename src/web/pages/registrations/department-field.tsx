import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Form, Select } from "antd";
import { listDepartmentOptions } from "../../../shared/contracts/departments.ts";
import { callApi, errorText } from "../../api.ts";
import { byLabel } from "../../components/dictionary-options.ts";

export interface DepartmentFieldProps {
  organizationId: string | undefined;
  name?: string | string[];
  label?: string;
}

/** 所属工作部门 of the chosen unit (PER-01), or 新部门 (TRF-08); nothing where the unit has no departments. */
export function DepartmentField({
  organizationId,
  name = "department",
  label = "所属工作部门",
}: DepartmentFieldProps) {
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
        title={`${label}加载失败：${errorText(departments.error)}`}
        action={<Button onClick={() => void departments.refetch()}>重试</Button>}
      />
    );
  }
  const options = (departments.data?.rows ?? []).map((row) => ({ value: row.id, label: row.name }));
  if (organizationId === undefined || options.length === 0) return null;
  return (
    <Form.Item name={name} label={`${label}（选填）`}>
      <Select allowClear labelInValue placeholder={`请选择${label}`} options={options} showSearch={byLabel} />
    </Form.Item>
  );
}
