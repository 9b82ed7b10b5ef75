import { loginRoleNames, loginRoles, type LoginRole } from "../../../shared/modules.ts";

/** The role tiles of the login page: native radio buttons, so that arrow keys and screen readers just work. */
export function RoleChoice({ value, onChange }: { value: LoginRole; onChange: (role: LoginRole) => void }) {
  return (
    <fieldset className="role-fieldset">
      <legend>登录角色</legend>
      <div className="role-choice">
        {loginRoleNames.map((role) => (
          <label key={role}>
            <input
              type="radio"
              name="role"
              value={role}
              checked={role === value}
              onChange={() => onChange(role)}
            />
            {loginRoles[role]}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
