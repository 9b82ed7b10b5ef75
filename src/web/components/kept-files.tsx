import { DeleteOutlined, PaperClipOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { getFile } from "../../shared/contracts/platform.ts";
import { binaryUrl } from "../api.ts";

/** Files that a form holds already: each opens in a window of its own, and can be taken out again by name. */
export function KeptFiles<File extends { fileId: string; name: string }>({
  files,
  onRemove,
}: {
  files: readonly File[];
  onRemove: (file: File) => void;
}) {
  return (
    <ul style={{ listStyle: "none", padding: 0, margin: 0 }}>
      {files.map((file) => (
        <li key={file.fileId}>
          <PaperClipOutlined aria-hidden />{" "}
          <a href={binaryUrl(getFile, { id: file.fileId })} target="_blank" rel="noreferrer">
            {file.name}
          </a>
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined aria-hidden />}
            aria-label={`移除${file.name}`}
            onClick={() => onRemove(file)}
          />
        </li>
      ))}
    </ul>
  );
}
