import { useState } from "react";
import { type OrganizationOption, OrganizationPicker } from "../../components/organization-picker.tsx";

interface Props {
  title: string;
  id?: string;
  value?: string;
  onChange?: (id: string | undefined) => void;
}

/** Chooses an organization for a filter, whose value in the address is its id. */
export function OrganizationIdField({ title, id, value, onChange }: Props) {
  const [picked, setPicked] = useState<OrganizationOption | undefined>();
  return (
    <OrganizationPicker
      {...(id === undefined ? {} : { id })}
      title={title}
      kinds={["employer", "authority", "bureau", "base"]}
      withinRegion
      value={picked?.id === value ? picked : undefined}
      onChange={(organization) => {
        setPicked(organization);
        onChange?.(organization?.id);
      }}
    />
  );
}
