import { Result } from "antd";
import { PageHead } from "../../components/page-head.tsx";
import { Watermarked } from "../../components/watermarked.tsx";
import { useSignedIn } from "../../session.tsx";
import { YearList } from "./year-list.tsx";

/** 年度完成情况 of the signed-in professional. */
export function YearsPage() {
  const { personId, role } = useSignedIn();
  if (personId === null || role !== "professional") {
    return (
      <Result
        status="403"
        title="没有权限"
        subTitle="年度完成情况供专业技术人员本人查看。单位管理员请在「专技人员信息查询」中查看人员的年度完成情况。"
      />
    );
  }
  return (
    <Watermarked>
      <PageHead title="年度完成情况" hint="年度认定结果为「通过」的年度可打印《继续教育证书》" />
      <YearList personId="me" mayPrint mayDeclare />
    </Watermarked>
  );
}
