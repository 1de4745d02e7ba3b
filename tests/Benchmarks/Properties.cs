using System.Runtime.Versioning;

// As the service: what is measured runs on Linux.
[assembly: SupportedOSPlatform("linux")]
