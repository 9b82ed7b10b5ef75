import { Alert, Button, Skeleton } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { LoadFailed } from "../../components/data-table.tsx";
import { DraftHome } from "../../components/drafts/draft-home.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Watermarked } from "../../components/watermarked.tsx";
import { NoPermission, useSignedIn } from "../../session.tsx";
import { ApplicationReceipt, type SubmittedApplication } from "../applications/application-receipt.tsx";
import { ChangeForm } from "./change-form.tsx";
import { changeDrafts } from "./change-model.ts";
import { useLatestChange, useOwnProfile } from "./use-own-profile.ts";

/** 申请修改基本信息: what the unit has to check before it takes effect, with its draft (PER-03, PER-04, PER-06). */
export function ProfileChangePage() {
  const { role } = useSignedIn();
  if (role !== "professional") return <NoPermission missing="基本信息修改" />;
  return (
    <Watermarked>
      <PageHead
        title="申请修改基本信息"
        trail={[{ title: "基本信息修改", to: "/workspace/profile" }]}
        hint="只填写需要修改的项目；由所在单位审核，通过后生效"
      />
      <Change />
    </Watermarked>
  );
}

function Change() {
  const navigate = useNavigate();
  const [receipt, setReceipt] = useState<SubmittedApplication | null>(null);
  const profile = useOwnProfile();
  const latest = useLatestChange();
  if (receipt !== null) {
    return (
      <ApplicationReceipt
        title="信息修改已提交审核"
        application={receipt}
        onSeen={() => void navigate("/workspace/profile")}
      />
    );
  }
  for (const { isError, error, refetch } of [profile, latest])
    if (isError) return <LoadFailed error={error} retry={() => void refetch()} />;
  if (profile.data === undefined || latest.data === undefined) return <Skeleton active />;
  if (latest.data?.status === "pending") {
    const { title, number } = latest.data;
    return <UnderWay what={`「${title}」（${number}）正在审核`} page="/workspace/profile" />;
  }
  if (profile.data.isTransferring) return <UnderWay what="您有办理中的人员调转" page="/workspace/transfer" />;
  const { data } = profile;
  return (
    <DraftHome source={changeDrafts}>
      {(draft) => <ChangeForm profile={data} draft={draft} onSubmitted={setReceipt} />}
    </DraftHome>
  );
}

/** Of changes and transfers one at a time. */
function UnderWay({ what, page }: { what: string; page: string }) {
  return (
    <Alert
      type="info"
      showIcon
      title={`${what}，完成或撤回后才能申请修改`}
      description="此前填写而未提交的内容保留在草稿中"
      action={
        <Link to={page}>
          <Button>查看办理进度</Button>
        </Link>
      }
    />
  );
}
