import { Button, Flex, Skeleton } from "antd";
import { Link } from "react-router";
import { LoadFailed } from "../../components/data-table.tsx";
import { DraftList } from "../../components/drafts/draft-list.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Watermarked } from "../../components/watermarked.tsx";
import { NoPermission, useSignedIn } from "../../session.tsx";
import { OwnRecords } from "../applications/own-records.tsx";
import { ContactForm } from "./contact-form.tsx";
import { LatestChange } from "./latest-change.tsx";
import { ProfileFacts } from "./profile-facts.tsx";
import { useLatestChange, useOwnProfile } from "./use-own-profile.ts";

/** 【用户资料管理】—【基本信息修改】: one's own data, what can be changed of them and how, and 「单位调转」 (PER-05). */
export function ProfilePage() {
  const { role } = useSignedIn();
  if (role !== "professional") return <NoPermission missing="基本信息修改" />;
  return (
    <Watermarked>
      <PageHead
        title="基本信息修改"
        hint="联系信息保存后立即生效；其他信息由所在单位审核后生效；身份证号码不能修改，变更工作单位请办理单位调转"
        actions={
          <>
            <Link to="/workspace/transfer">
              <Button>单位调转</Button>
            </Link>
            <Link to="/workspace/profile/change">
              <Button type="primary">申请修改</Button>
            </Link>
          </>
        }
      />
      <Profile />
      <OwnRecords
        kind="profile-change"
        title="变更记录"
        emptyHint="需要修改时点击右上角「申请修改」，提交后在此查看审核情况"
      />
    </Watermarked>
  );
}

function Profile() {
  const profile = useOwnProfile();
  const latest = useLatestChange();
  for (const { isError, error, refetch } of [profile, latest])
    if (isError) return <LoadFailed error={error} retry={() => void refetch()} />;
  if (profile.data === undefined || latest.data === undefined) return <Skeleton active />;
  return (
    <Flex vertical gap={16} style={{ marginBottom: 16 }}>
      {latest.data !== null && <LatestChange change={latest.data} />}
      <DraftList kind="profile-change" page="/workspace/profile/change" />
      <ProfileFacts profile={profile.data} />
      <ContactForm profile={profile.data} />
    </Flex>
  );
}
