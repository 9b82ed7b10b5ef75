import { DownloadOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Card, Flex, Steps } from "antd";
import { useState } from "react";
import { getImportTemplate } from "../../../shared/contracts/imports.ts";
import { binaryUrl } from "../../api.ts";
import { PageHead } from "../../components/page-head.tsx";
import { Watermarked } from "../../components/watermarked.tsx";
import { pageModules } from "../../page-modules.ts";
import { RequireModule } from "../../session.tsx";
import { ImportForm, type ImportView } from "./import-form.tsx";
import { ImportHistory } from "./import-history.tsx";
import { ImportProgress } from "./import-progress.tsx";

/** 批量导入: template, upload (to check only, or to import), progress, what failed and why, and the history (IMP). */
export function ImportPage() {
  return (
    <RequireModule module={pageModules["/workspace/imports"]}>
      <Watermarked>
        <PageHead
          title="批量导入"
          hint="按模板填写专业技术人员信息后上传；导入成功的人员即可登录，初始密码为身份证后六位，首次登录须修改"
        />
        <ImportBody />
      </Watermarked>
    </RequireModule>
  );
}

function ImportBody() {
  const queries = useQueryClient();
  const [current, setCurrent] = useState<ImportView | null>(null);
  return (
    <Flex vertical gap={16}>
      <Steps
        size="small"
        current={current === null ? 0 : 2}
        items={[{ title: "下载模板并填写" }, { title: "上传校验或导入" }, { title: "查看结果，修改失败行" }]}
      />
      <Card
        size="small"
        title="上传"
        extra={
          <Button icon={<DownloadOutlined aria-hidden />} href={binaryUrl(getImportTemplate, {})} download>
            下载模板
          </Button>
        }
      >
        <ImportForm
          onStarted={(started) => {
            setCurrent(started);
            void queries.invalidateQueries({ queryKey: ["listImports"] });
          }}
        />
      </Card>
      {current !== null && <ImportProgress key={current.id} id={current.id} first={current} />}
      <ImportHistory onShow={setCurrent} />
    </Flex>
  );
}
