import { Button } from "antd";
import { revokeDeclaration } from "../../../shared/contracts/declaration-changes.ts";
import { callApi } from "../../api.ts";
import { useReasonDialog } from "../../components/reason-dialog.tsx";
import { useHasModule, useSignedIn } from "../../session.tsx";
import type { DeclarationView } from "./declaration-details.tsx";

/** 撤销认定 of an approved declaration, for bureaus only; whether it was theirs to approve the server says (APR-13). */
export function RevokeButton({ declaration }: { declaration: DeclarationView }) {
  const { role } = useSignedIn();
  const reviews = useHasModule("declarations:review");
  const ask = useRevocation(declaration);
  if (role !== "bureau" || !reviews || declaration.status !== "approved") return null;
  return (
    <Button danger onClick={ask}>
      撤销认定
    </Button>
  );
}

function useRevocation({ id, number, title }: DeclarationView): () => void {
  const ask = useReasonDialog();
  return () =>
    ask({
      title: `撤销「${title}」（${number}）的学时认定？`,
      consequence: "学时将冲销，年度结果重新认定；不再达标的年度证书随之撤销。此操作通知本人并记入审计记录。",
      reasonName: "撤销原因",
      placeholder: "请填写撤销原因",
      okText: "撤销认定",
      danger: true,
      send: (reason) => callApi(revokeDeclaration, { id, reason }),
      doneText: `已撤销认定 ${number}`,
    });
}
