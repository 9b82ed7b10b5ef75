import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Skeleton } from "antd";
import { getTalentPool } from "../../../shared/contracts/organizations.ts";
import { errorCodes } from "../../../shared/error-codes.ts";
import { callApi, errorText } from "../../api.ts";
import { OrganizationPath } from "../../components/organization-picker.tsx";

/** Which unit is the 人才中心 of a region, or that there is none (TRF-16). */
export function PoolUnit({ regionCode }: { regionCode: string | undefined }) {
  const pool = useQuery({
    queryKey: ["getTalentPool", regionCode],
    queryFn: () => callApi(getTalentPool, { regionCode: regionCode ?? "" }),
    enabled: regionCode !== undefined,
  });
  if (regionCode === undefined) return null;
  if (pool.isError) {
    const retry = <Button onClick={() => void pool.refetch()}>重试</Button>;
    return <Alert type="warning" showIcon title={errorText(pool.error)} action={retry} />;
  }
  if (pool.data === undefined) return <Skeleton active paragraph={{ rows: 1 }} title={false} />;
  const unit = pool.data.pool;
  if (unit === null) return <Alert type="warning" showIcon title={errorCodes["transfer.no_pool"].message} />;
  return (
    <div role="status">
      <p>接收的人才中心：{unit.name}</p>
      <OrganizationPath organization={unit} />
    </div>
  );
}
