import { Alert, Flex } from "antd";
import { useRef } from "react";
import { FileUpload, type FileRef } from "../../components/file-upload.tsx";
import { KeptFiles } from "../../components/kept-files.tsx";
import { StatusTag } from "../../components/status-tag.tsx";
import { VideoUpload } from "../../components/video-upload.tsx";
import type { Evidence } from "./declare-model.ts";

export interface EvidenceFieldProps {
  id?: string;
  kinds: readonly { key: string; title: string; required: boolean; isVideo?: boolean }[];
  value?: Evidence[] | undefined;
  onChange?: (evidence: Evidence[]) => void;
}

/** 证明材料: one upload for each kind of evidence that the form asks for; each kind may have several files (DEC-16). */
export function EvidenceField({ id, kinds, value = [], onChange }: EvidenceFieldProps) {
  // What was added while a file was on its way stays.
  const latest = useRef(value);
  latest.current = value;
  if (kinds.length === 0) return <Alert type="info" title="该学习形式无须上传证明材料" />;
  const add = (key: string, file: FileRef) => onChange?.([...latest.current, { key, ...file }]);
  return (
    <div {...(id === undefined ? {} : { id })} className="evidence-grid">
      {kinds.map((kind) => (
        <section key={kind.key} aria-label={kind.title}>
          <Flex gap={8} align="center" style={{ marginBottom: 4 }}>
            <strong>{kind.title}</strong>
            <StatusTag
              status={kind.required ? "rejected" : "none"}
              name={kind.required ? "必须提供" : "如有请提供"}
            />
          </Flex>
          <KeptFiles
            files={value.filter((file) => file.key === kind.key)}
            onRemove={(removed) => onChange?.(value.filter((file) => file !== removed))}
          />
          {kind.isVideo === true ? (
            <VideoUpload title={kind.title} onUploaded={(file) => add(kind.key, file)} />
          ) : (
            <FileUpload
              title={kind.title}
              onChange={(file) => {
                if (file !== undefined) add(kind.key, file);
              }}
            />
          )}
        </section>
      ))}
    </div>
  );
}
