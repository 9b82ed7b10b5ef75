/** What lists are filtered by department with (AUD-08): whoever is in none has no such field. */
export function departmentPart(of: { departmentId?: string | null }): { departmentId?: string } {
  const departmentId = of.departmentId ?? null;
  return departmentId === null ? {} : { departmentId };
}
