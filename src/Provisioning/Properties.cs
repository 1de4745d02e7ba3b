using System.Runtime.Versioning;

// File modes are POSIX; the container is Linux.
[assembly: SupportedOSPlatform("linux")]
