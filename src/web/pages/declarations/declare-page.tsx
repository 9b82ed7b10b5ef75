import { useQuery } from "@tanstack/react-query";
import { Alert, Skeleton } from "antd";
import { useParams } from "react-router";
import { getDeclaration, listForms } from "../../../shared/contracts/declarations.ts";
import { errorCodes } from "../../../shared/error-codes.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { getPerson } from "../../../shared/contracts/people.ts";
import { callApi } from "../../api.ts";
import { LoadFailed } from "../../components/data-table.tsx";
import { DraftHome } from "../../components/drafts/draft-home.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { usePlatform } from "../../components/platform.ts";
import { Watermarked } from "../../components/watermarked.tsx";
import { RequireModule, useSignedIn } from "../../session.tsx";
import { declarationDrafts } from "./declare-draft.ts";
import { DeclareWizard } from "./declare-wizard.tsx";

/**
 * 学时（分）申报: by a professional for himself (PER-07), by an organization for its people (DEC-01), and, with an id in
 * the address, the correction of a rejected declaration (APR-11).
 */
export function DeclarePage() {
  const session = useSignedIn();
  const { id } = useParams();
  const own = session.role === "professional";
  const title = id === undefined ? "学时（分）申报" : "修改后重新提交";
  const page = (
    <Watermarked>
      <PageHead
        title={title}
        {...(id === undefined
          ? {}
          : { trail: [{ title: own ? "申报进度查询" : "单位申报记录", to: "/workspace/declarations" }] })}
        hint={
          own
            ? "先选择学习形式，再按提示填写；学时由系统按学时折算标准计算"
            : "为本单位及下级的专业技术人员申报；每人生成一条记录，分别审核"
        }
      />
      {id === undefined && (session.role === "base" ? <BaseHint /> : <NewDeclaration own={own} />)}
      {id !== undefined && <Correction key={id} id={id} />}
    </Watermarked>
  );
  return own ? page : <RequireModule module="declarations:submit">{page}</RequireModule>;
}

/** A base reports its classes; it declares nothing here (CNV-01). */
function BaseHint() {
  return <Alert type="info" showIcon title={errorCodes["declaration.base_by_class"].message} />;
}

function NewDeclaration({ own }: { own: boolean }) {
  const session = useSignedIn();
  const year = usePlatform()?.year;
  const forms = useForms(year);
  const person = useOwnPerson(own ? session.personId : null);
  if (forms.isError) return <LoadFailed error={forms.error} retry={() => void forms.refetch()} />;
  if (person.isError) return <LoadFailed error={person.error} retry={() => void person.refetch()} />;
  if (forms.data === undefined || (own && person.data === undefined)) return <Skeleton active />;
  const { forms: inForce, year: formsYear } = forms.data;
  return (
    <DraftHome source={declarationDrafts(inForce)}>
      {(draft) => (
        <DeclareWizard
          forms={inForce}
          year={formsYear}
          forPeople={!own}
          ownAccountant={person.data?.isAccountant ?? false}
          correction={null}
          draft={draft}
        />
      )}
    </DraftHome>
  );
}

function Correction({ id }: { id: string }) {
  const declaration = useQuery({
    queryKey: ["getDeclaration", id],
    queryFn: () => callApi(getDeclaration, { id }),
  });
  const forms = useForms(declaration.data?.year);
  const person = useOwnPerson(declaration.data?.personId ?? null);
  const failed = [declaration, forms, person].find((query) => query.isError);
  if (failed !== undefined) return <LoadFailed error={failed.error} retry={() => void failed.refetch()} />;
  if (declaration.data === undefined || forms.data === undefined || person.data === undefined) {
    return <Skeleton active />;
  }
  if (!declaration.data.canResubmit) {
    return (
      <Alert
        type="warning"
        showIcon
        title={`该申报当前状态为「${declaration.data.statusName}」，不能修改重新提交`}
      />
    );
  }
  return (
    <DeclareWizard
      forms={forms.data.forms}
      year={declaration.data.year}
      forPeople={false}
      ownAccountant={person.data.isAccountant}
      correction={declaration.data}
      draft={null}
    />
  );
}

export type CorrectedDeclaration = ResponseOf<typeof getDeclaration>;

function useForms(year: number | undefined) {
  return useQuery({
    queryKey: ["listForms", year],
    queryFn: () => callApi(listForms, { year }),
    enabled: year !== undefined,
    staleTime: 10 * 60_000,
  });
}

function useOwnPerson(personId: string | null) {
  return useQuery({
    queryKey: ["getPerson", personId],
    queryFn: () => callApi(getPerson, { id: personId ?? "" }),
    enabled: personId !== null,
  });
}
