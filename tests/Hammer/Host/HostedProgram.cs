namespace EncryptionService.Hammer.Host;

/// <summary>A program that a run keeps alive.</summary>
/// <param name="Name">What it is called in messages and recordings.</param>
/// <param name="Program">The built program (a .dll).</param>
/// <param name="Folder">Where it is started: relative paths of its settings are below it.</param>
/// <param name="Environment">Its settings.</param>
/// <param name="ReadyAddress">The probe that says whether it serves.</param>
internal sealed record HostedProgram(string Name, FileInfo Program, DirectoryInfo Folder, IReadOnlyDictionary<string, string> Environment, Uri ReadyAddress)
{
    /// <summary>What it says goes into the recordings by this name.</summary>
    public string Way(string stream) => $"{Name.Replace(' ', '-')}.{stream}";
}
