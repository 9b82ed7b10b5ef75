import { FileExcelOutlined, InboxOutlined } from "@ant-design/icons";
import { Alert, Button, Checkbox, Flex, Form, Progress, Radio } from "antd";
import { useRef, useState } from "react";
import { startPeopleImport } from "../../../shared/contracts/imports.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { errorText, uploadApi } from "../../api.ts";

export type ImportView = ResponseOf<typeof startPeopleImport>;

const maxBytes = 20 * 1024 * 1024;

interface ImportOptions {
  existing: "fail" | "fill-empty";
  createDepartments: boolean;
}

/** Chooses the workbook and sends it, to be checked only or to be imported (IMP-07). */
export function ImportForm({ onStarted }: { onStarted: (started: ImportView) => void }) {
  const [file, setFile] = useState<File | null>(null);
  const [options, setOptions] = useState<ImportOptions>({ existing: "fail", createDepartments: false });
  const [percent, setPercent] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  async function send(dryRun: boolean) {
    if (file === null) {
      setProblem("请选择要上传的文件");
      return;
    }
    setProblem(null);
    setPercent(0);
    try {
      const started = await uploadApi(
        startPeopleImport,
        {
          file,
          fields: {
            dryRun: dryRun ? "true" : "false",
            existing: options.existing,
            createDepartments: options.createDepartments ? "true" : "false",
          },
        },
        setPercent,
      );
      onStarted(started);
    } catch (error) {
      setProblem(errorText(error));
    } finally {
      setPercent(null);
    }
  }

  return (
    <Flex vertical gap={16}>
      <FileChoice
        file={file}
        onChoose={(chosen) => {
          setFile(chosen);
          setProblem(refusalOf(chosen));
        }}
      />
      <OptionFields options={options} onChange={setOptions} />
      {percent !== null && <Progress percent={percent} aria-label="上传进度" />}
      {problem !== null && <Alert type="error" showIcon role="alert" title={problem} />}
      <Flex gap={12}>
        <Button onClick={() => void send(true)} loading={percent !== null}>
          仅校验，不导入
        </Button>
        <Button type="primary" onClick={() => void send(false)} loading={percent !== null}>
          开始导入
        </Button>
      </Flex>
    </Flex>
  );
}

function FileChoice({ file, onChoose }: { file: File | null; onChoose: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div
      className="import-drop"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        const dropped = event.dataTransfer.files[0];
        if (dropped !== undefined) onChoose(dropped);
      }}
      style={{
        border: "1px dashed #8a9bb0",
        borderRadius: 8,
        padding: 24,
        textAlign: "center",
        background: "#fafcff",
      }}
    >
      <input
        ref={input}
        type="file"
        hidden
        accept=".xlsx,.csv"
        aria-label="选择导入文件"
        onChange={(event) => {
          const chosen = event.target.files?.[0];
          event.target.value = "";
          if (chosen !== undefined) onChoose(chosen);
        }}
      />
      <InboxOutlined aria-hidden style={{ fontSize: 36, color: "#0b5cad" }} />
      <p style={{ margin: "8px 0" }}>将填写好的模板拖到这里，或</p>
      <Button onClick={() => input.current?.click()}>{file === null ? "选择文件" : "重新选择"}</Button>
      {file !== null && (
        <p style={{ margin: "8px 0 0" }} data-testid="chosen-file">
          <FileExcelOutlined aria-hidden /> {file.name}（{Math.ceil(file.size / 1024)} KB）
        </p>
      )}
      <p className="field-hint">支持 xlsx、csv，20MB 以内；正确的行直接导入，有误的行写入失败信息表</p>
    </div>
  );
}

function OptionFields({
  options,
  onChange,
}: {
  options: ImportOptions;
  onChange: (options: ImportOptions) => void;
}) {
  return (
    <Form layout="vertical" component="div">
      <Form.Item label="本单位已有的人员" style={{ marginBottom: 8 }}>
        <Radio.Group
          value={options.existing}
          aria-label="本单位已有的人员"
          onChange={(event) =>
            onChange({ ...options, existing: event.target.value as ImportOptions["existing"] })
          }
          options={[
            { value: "fail", label: "作为失败行列出" },
            { value: "fill-empty", label: "只补充空白项" },
          ]}
        />
      </Form.Item>
      <Checkbox
        checked={options.createDepartments}
        onChange={(event) => onChange({ ...options, createDepartments: event.target.checked })}
      >
        模板中的部门不存在时自动新建
      </Checkbox>
    </Form>
  );
}

function refusalOf(file: File): string | null {
  if (!/\.(xlsx|csv)$/i.test(file.name)) return "只支持 xlsx、csv 文件，旧格式 xls 请另存为 xlsx";
  if (file.size === 0) return "文件是空的";
  return file.size > maxBytes ? "文件超过 20MB 上限" : null;
}
