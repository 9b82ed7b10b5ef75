import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Input } from "antd";
import { revokeDeclaration } from "../../../shared/contracts/declaration-changes.ts";
import { callApi, errorText } from "../../api.ts";
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
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  return () => {
    let reason = "";
    void modal.confirm({
      title: `撤销「${title}」（${number}）的学时认定？`,
      content: (
        <>
          <p>学时将冲销，年度结果重新认定；不再达标的年度证书随之撤销。此操作通知本人并记入审计记录。</p>
          <Input.TextArea
            aria-label="撤销原因"
            placeholder="请填写撤销原因"
            maxLength={500}
            onChange={(event) => {
              reason = event.target.value;
            }}
          />
        </>
      ),
      okText: "撤销认定",
      okButtonProps: { danger: true },
      cancelText: "取消",
      // With `close` the dialog stays open until it is called: what was typed is not lost by a refusal.
      onOk: (close) => {
        if (reason.trim().length < 2) {
          void message.error("请填写撤销原因");
          return;
        }
        callApi(revokeDeclaration, { id, reason }).then(
          () => {
            close();
            void message.success(`已撤销认定 ${number}`);
            void queries.invalidateQueries();
          },
          (error: unknown) => void message.error(errorText(error)),
        );
      },
    });
  };
}
