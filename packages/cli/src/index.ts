export { type ArchiveReport, verifyArchive, type WindowReport } from './commands/verify-archive.ts';
