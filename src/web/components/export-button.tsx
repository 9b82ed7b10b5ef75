import { useMutation } from "@tanstack/react-query";
import { App, Button } from "antd";
import { downloadApi, errorText } from "../api.ts";
import { useHasModule } from "../session.tsx";
import { saveFile } from "./print.ts";

interface ExportButtonProps {
  /** sends the list's filters as they are now */
  download: () => ReturnType<typeof downloadApi>;
}

/** 「导出」 beside a list: what its filters find, as a workbook (AUD-08); a refusal is told, a second click waits. */
export function ExportButton({ download }: ExportButtonProps) {
  const { message } = App.useApp();
  const mayExport = useHasModule("records:export");
  const exporting = useMutation({
    mutationFn: download,
    onSuccess: ({ content, fileName }) => {
      saveFile(content, fileName);
      void message.success("已导出，导出操作已记入审计");
    },
    onError: (error) => void message.error(errorText(error)),
  });
  if (!mayExport) return null;
  return (
    <Button loading={exporting.isPending} onClick={() => exporting.mutate()}>
      导出
    </Button>
  );
}
