import { defineConfig } from 'vitest/config';

export default defineConfig({ define: { __SAVED__: 'true' }, test: { include: ['tests/**/*.test.ts'], passWithNoTests: false } });
