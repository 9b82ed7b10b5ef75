import { DownOutlined, UpOutlined } from "@ant-design/icons";
import { Button, Form, Input, Select } from "antd";
import { useEffect, useRef, useState, type ReactElement } from "react";
import { byLabel } from "./dictionary-options.ts";
import { useUrlState } from "./url-state.ts";

export interface SearchField {
  /** also the name in the address */
  name: string;
  label: string;
  placeholder?: string;
  /** makes it a select */
  options?: readonly { value: string; label: string }[];
  /** any control with `value`/`onChange` of a string */
  control?: ReactElement;
}

export interface SearchFormProps {
  fields: readonly SearchField[];
  /** how many fields show before 展开 */
  shown?: number;
  /** called on 查询 and 重置, after the address has changed: refetch even when nothing in it did */
  onSearch?: () => void;
}

type Values = Record<string, string | undefined>;

/** Filters of a list: Enter queries, 重置 clears and reloads, the values live in the address (conventions 6, 7). */
export function SearchForm({ fields, shown = 3, onSearch }: SearchFormProps) {
  const [form] = Form.useForm<Values>();
  const url = useUrlState();
  const names = fields.map((field) => field.name);
  const hidden = fields.slice(shown);
  const [open, setOpen] = useState(hidden.some((field) => url.values[field.name] !== undefined));
  // Only when the address says something else: a list that has just come must not undo what was begun to be chosen, nor
  // must the address of a search from here undo what is typed meanwhile.
  const textOf = (values: Values) => JSON.stringify(names.map((name) => [name, values[name] ?? null]));
  const inAddress = textOf(url.values);
  const searched = useRef<string | null>(null);
  useEffect(() => {
    const isFromHere = searched.current === inAddress;
    searched.current = null;
    if (isFromHere) return;
    const values = JSON.parse(inAddress) as [string, string | null][];
    form.setFieldsValue(Object.fromEntries(values.map(([name, value]) => [name, value ?? undefined])));
  }, [form, inAddress]);

  function search(values: Values) {
    const wanted = Object.fromEntries(names.map((name) => [name, values[name]?.trim() || undefined]));
    form.setFieldsValue(wanted);
    searched.current = textOf(wanted);
    url.set(wanted);
    onSearch?.();
  }
  function reset() {
    form.resetFields();
    searched.current = textOf({});
    url.clear(names);
    onSearch?.();
  }

  return (
    <Form
      form={form}
      name="search"
      className="search-form"
      onFinish={search}
      role="search"
      aria-label="查询条件"
    >
      {(open ? fields : fields.slice(0, shown)).map((field) => (
        <Form.Item key={field.name} name={field.name} label={field.label}>
          {controlOf(field)}
        </Form.Item>
      ))}
      <div className="search-actions">
        <Button onClick={reset}>重置</Button>
        <Button type="primary" htmlType="submit">
          查询
        </Button>
        {hidden.length > 0 && (
          <Button type="link" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "收起" : "展开"} {open ? <UpOutlined aria-hidden /> : <DownOutlined aria-hidden />}
          </Button>
        )}
      </div>
    </Form>
  );
}

function controlOf(field: SearchField): ReactElement {
  if (field.control !== undefined) return field.control;
  const placeholder = field.placeholder ?? (field.options === undefined ? "请输入" : "全部");
  if (field.options === undefined) return <Input allowClear placeholder={placeholder} maxLength={100} />;
  return <Select allowClear placeholder={placeholder} options={[...field.options]} showSearch={byLabel} />;
}
