namespace EncryptionService.Benchmarks.World;

/// <summary>The built hosts, a .dll each.</summary>
internal sealed record Programs(FileInfo Service, FileInfo Provisioning);
