using System.Diagnostics.CodeAnalysis;
using EncryptionService.Formats;

namespace EncryptionService.Service.Trust;

/// <summary>The suites that the organization allows, strongest first; every statement carries them.</summary>
internal sealed class SuiteList
{
    private SuiteList(IReadOnlyList<Suite> suites) => Suites = suites;

    /// <summary>The suites, strongest first.</summary>
    public IReadOnlyList<Suite> Suites { get; }

    /// <summary>True if keys of this suite may be used.</summary>
    public bool Allows(string alg) => Suites.Any(suite => suite.Name == alg);

    /// <summary>Parses the option: names with commas between them.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SuiteList? suites, [NotNullWhen(false)] out string? error)
    {
        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var unknown = names.FirstOrDefault(name => !Suite.TryGet(name, out _));
        if (names.Length == 0 || unknown is not null || names.Distinct(StringComparer.Ordinal).Count() != names.Length)
        {
            suites = null;
            error = unknown is not null
                ? $"Service:Suites: '{unknown}' is no suite (the suites are {string.Join(", ", Suite.All)})"
                : "Service:Suites: name at least one suite, none twice";
            return false;
        }

        suites = new SuiteList([.. Suite.All.Where(suite => names.Contains(suite.Name))]);
        error = null;
        return true;
    }
}
