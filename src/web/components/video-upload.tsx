import { PauseOutlined, UploadOutlined } from "@ant-design/icons";
import { Button, Flex, Progress } from "antd";
import { useEffect, useRef, useState } from "react";
import { ApiError, errorText } from "../api.ts";
import type { FileRef } from "./file-upload.tsx";
import { giveUpVideo, sendVideo } from "./video-sending.ts";

interface VideoUploadProps {
  /** what is uploaded, for the button and for screen readers */
  title: string;
  onUploaded: (file: FileRef) => void;
}

const accepted = ["video/mp4", "video/webm", "video/quicktime"];

/** One video (mp4/webm/mov): sent part by part with progress; paused or interrupted, it goes on where it stopped. */
export function VideoUpload({ title, onUploaded }: VideoUploadProps) {
  const input = useRef<HTMLInputElement>(null);
  const sending = useVideoSending(onUploaded);
  const { file, percent, problem } = sending;
  return (
    <div className="file-upload">
      <input
        ref={input}
        type="file"
        hidden
        accept={accepted.join(",")}
        aria-label={`选择${title}`}
        onChange={(event) => {
          const chosen = event.target.files?.[0];
          event.target.value = "";
          if (chosen !== undefined) sending.start(chosen);
        }}
      />
      <Flex gap={8} wrap>
        {percent !== null && (
          <Button icon={<PauseOutlined aria-hidden />} onClick={sending.stop}>
            暂停上传
          </Button>
        )}
        {percent === null && file !== null && (
          <>
            <Button type="primary" onClick={() => sending.start(file)}>
              继续上传
            </Button>
            <Button onClick={() => void sending.giveUp(file)}>放弃上传</Button>
          </>
        )}
        {percent === null && file === null && (
          <Button icon={<UploadOutlined aria-hidden />} onClick={() => input.current?.click()}>
            上传{title}
          </Button>
        )}
      </Flex>
      {percent !== null && <Progress percent={percent} size="small" aria-label="上传进度" />}
      {file !== null && <p className="field-hint">{file.name}</p>}
      <p className="field-hint">支持 mp4、webm、mov，中断后可从断点继续上传</p>
      {problem !== null && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

/** The file that is being sent, or was and can be gone on with. */
function useVideoSending(onUploaded: (file: FileRef) => void) {
  const [file, setFile] = useState<File | null>(null);
  const [percent, setPercent] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const stopped = useRef(false);
  // Whoever leaves the page sends no further part.
  useEffect(
    () => () => {
      stopped.current = true;
    },
    [],
  );

  async function start(chosen: File) {
    const refusal = refusalOf(chosen);
    setProblem(refusal);
    if (refusal !== null) return;
    stopped.current = false;
    setFile(chosen);
    setPercent(0);
    try {
      const stored = await sendVideo(chosen, {
        onPercent: setPercent,
        isStopped: () => stopped.current,
      });
      if (stored !== null) {
        setFile(null);
        onUploaded(stored);
      }
    } catch (error) {
      if (isRefused(error)) await giveUp(chosen);
      setProblem(errorText(error));
    } finally {
      setPercent(null);
    }
  }

  async function giveUp(chosen: File) {
    setFile(null);
    setProblem(null);
    // What cannot be given up now expires by itself.
    await giveUpVideo(chosen).catch(() => undefined);
  }

  const stop = () => {
    stopped.current = true;
  };
  return { file, percent, problem, start: (chosen: File) => void start(chosen), stop, giveUp };
}

/** Nothing that is sent again would make it another file. */
function isRefused(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 413 || error.status === 415 || error.status === 422);
}

/** The server judges by content; this only spares the user a useless upload. */
function refusalOf(file: File): string | null {
  if (file.size === 0) return "文件是空的";
  if (file.type !== "" && !accepted.includes(file.type)) return "只支持 mp4、webm、mov 文件";
  return null;
}
