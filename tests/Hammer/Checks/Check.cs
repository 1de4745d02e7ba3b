namespace EncryptionService.Hammer.Checks;

/// <summary>One thing that must hold at the end.</summary>
/// <param name="Name">What must hold, as a sentence.</param>
/// <param name="Held">Whether it does.</param>
/// <param name="Detail">What was looked at, or what is wrong.</param>
internal sealed record Check(string Name, bool Held, string Detail)
{
    private const int Shown = 5;

    /// <summary>Held exactly if there is no problem; says at most the first few.</summary>
    public static Check Of(string name, string looked, IReadOnlyCollection<string> problems) => problems.Count == 0
        ? new Check(name, true, looked)
        : new Check(name, false, $"{problems.Count} problems: {string.Join("; ", problems.Take(Shown))}");
}
