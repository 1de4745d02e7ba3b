using System.Runtime.Versioning;

// File modes and durable directories are POSIX; the container is Linux.
[assembly: SupportedOSPlatform("linux")]
