import { useSignedIn } from "../../session.tsx";
import { useApplication } from "../applications/use-application.ts";
import { DepartmentField } from "../registrations/department-field.tsx";

/** The department of this unit that a person joins by 确认调转 (TRF-05); nothing where the unit takes nobody over. */
export function AcceptingDepartment({ transferId }: { transferId: string }) {
  const { organizationId } = useSignedIn();
  const transfer = useApplication(transferId);
  // The drawer itself says so when the transfer could not be loaded.
  if (transfer.data?.canAccept !== true) return null;
  return <DepartmentField name="department" label="所属部门" organizationId={organizationId} />;
}
