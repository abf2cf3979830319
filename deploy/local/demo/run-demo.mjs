export async function runDemo() {
  return [];
}
