import { useQuery } from "@tanstack/react-query";
import { Button, Flex, Skeleton } from "antd";
import { Link, useNavigate, useParams } from "react-router";
import { withdrawDeclaration } from "../../../shared/contracts/declaration-changes.ts";
import { getDeclaration } from "../../../shared/contracts/declarations.ts";
import { callApi } from "../../api.ts";
import { useConfirmedAction } from "../../components/confirmed-action.ts";
import { LoadFailed } from "../../components/data-table.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { StatusTag } from "../../components/status-tag.tsx";
import { Watermarked } from "../../components/watermarked.tsx";
import { useSignedIn } from "../../session.tsx";
import { InstanceProgress } from "../workflow/instance-progress.tsx";
import { RevokeButton } from "./revoke-button.tsx";
import { DeclarationDetails, type DeclarationView } from "./declaration-details.tsx";

/** 【申报进度查询】—【详细】: where it stands and who holds it, what was declared, and what can still be done (PER-08). */
export function DeclarationPage() {
  const { id = "" } = useParams();
  const own = useSignedIn().role === "professional";
  const declaration = useQuery({
    queryKey: ["getDeclaration", id],
    queryFn: () => callApi(getDeclaration, { id }),
  });
  if (declaration.isError) {
    return <LoadFailed error={declaration.error} retry={() => void declaration.refetch()} />;
  }
  if (declaration.data === undefined) return <Skeleton active />;
  return (
    <Watermarked>
      <PageHead
        title={`申报详细 ${declaration.data.number}`}
        hint={<StatusTag status={declaration.data.status} name={declaration.data.statusName} />}
        trail={[{ title: own ? "申报进度查询" : "单位申报记录", to: "/workspace/declarations" }]}
        actions={<DeclarationActions declaration={declaration.data} />}
      />
      <Flex vertical gap={16}>
        <InstanceProgress instanceId={declaration.data.instanceId} />
        <DeclarationDetails declaration={declaration.data} />
      </Flex>
    </Watermarked>
  );
}

function DeclarationActions({ declaration }: { declaration: DeclarationView }) {
  const navigate = useNavigate();
  const confirm = useConfirmedAction();
  const withdraw = () =>
    confirm({
      title: `撤回申报「${declaration.title}」？`,
      content: `编号 ${declaration.number}。撤回后审核立即停止，如需计入学时须重新申报。`,
      okText: "撤回",
      send: () => callApi(withdrawDeclaration, { id: declaration.id }),
      doneText: `已撤回 ${declaration.number}`,
    });
  return (
    <>
      {declaration.canResubmit && (
        <Button
          type="primary"
          onClick={() => void navigate(`/workspace/declarations/${declaration.id}/resubmit`)}
        >
          修改重新提交
        </Button>
      )}
      {declaration.canWithdraw && (
        <Button danger onClick={withdraw}>
          撤回
        </Button>
      )}
      <RevokeButton declaration={declaration} />
      {!declaration.canWithdraw && !declaration.canResubmit && (
        <Link to="/workspace/declarations">
          <Button>返回列表</Button>
        </Link>
      )}
    </>
  );
}
