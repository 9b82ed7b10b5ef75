import { Button, Progress } from "antd";
import { DeleteOutlined, PaperClipOutlined, UploadOutlined } from "@ant-design/icons";
import { useRef, useState } from "react";
import { uploadFile } from "../../shared/contracts/platform.ts";
import { uploadRegistrationFile } from "../../shared/contracts/registrations.ts";
import { errorText, uploadApi } from "../api.ts";

export interface FileRef {
  fileId: string;
  name: string;
}

export interface FileUploadProps {
  id?: string;
  value?: FileRef | undefined;
  onChange?: (file: FileRef | undefined) => void;
  /** what is uploaded, for the button and for screen readers */
  title: string;
  /** "registration" is open to people without an account */
  purpose?: "registration" | "evidence";
}

const accepted = ["image/jpeg", "image/png", "application/pdf"];
const maxBytes = 10 * 1024 * 1024;

/** One scan (jpg/png/pdf, up to 10 MB): chosen, sent at once with progress, replaceable, removable. */
export function FileUpload({ id, value, onChange, title, purpose = "evidence" }: FileUploadProps) {
  const input = useRef<HTMLInputElement>(null);
  const [percent, setPercent] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  async function send(file: File) {
    const refusal = refusalOf(file);
    setProblem(refusal);
    if (refusal !== null) return;
    setPercent(0);
    try {
      const contract = purpose === "registration" ? uploadRegistrationFile : uploadFile;
      const stored = await uploadApi(contract, { file }, setPercent);
      onChange?.({ fileId: stored.fileId, name: stored.name });
    } catch (error) {
      setProblem(errorText(error));
    } finally {
      setPercent(null);
    }
  }

  return (
    <div className="file-upload">
      <input
        ref={input}
        type="file"
        hidden
        accept={accepted.join(",")}
        aria-label={`选择${title}`}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file !== undefined) void send(file);
        }}
      />
      <Button
        {...(id === undefined ? {} : { id })}
        icon={<UploadOutlined aria-hidden />}
        aria-label={value === undefined ? `上传${title}` : `重新上传${title}`}
        loading={percent !== null}
        onClick={() => input.current?.click()}
      >
        {value === undefined ? `上传${title}` : "重新上传"}
      </Button>
      {percent !== null && <Progress percent={percent} size="small" aria-label="上传进度" />}
      {value !== undefined && percent === null && (
        <span className="file-upload-done">
          <PaperClipOutlined aria-hidden /> {value.name}
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined aria-hidden />}
            aria-label={`移除${value.name}`}
            onClick={() => onChange?.(undefined)}
          />
        </span>
      )}
      <p className="field-hint">支持 jpg、png、pdf，10MB 以内</p>
      {problem !== null && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

/** The server judges by content; this only spares the user a useless upload. */
function refusalOf(file: File): string | null {
  if (file.size > maxBytes) return "文件超过 10MB 上限";
  if (file.size === 0) return "文件是空的";
  if (file.type !== "" && !accepted.includes(file.type)) return "只支持 jpg、png、pdf 文件";
  return null;
}
