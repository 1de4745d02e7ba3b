using System.Runtime.Versioning;

// The service is Linux only, and so is whoever uses it.
[assembly: SupportedOSPlatform("linux")]
