using System.Runtime.Versioning;

// The service runs on Linux only.
[assembly: SupportedOSPlatform("linux")]
