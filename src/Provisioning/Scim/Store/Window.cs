using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Scim.Store;

/// <summary>Counts what passes a filter, and keeps what belongs to a page.</summary>
internal sealed class Window(Page page)
{
    private readonly List<JsonObject> kept = [];

    /// <summary>How many passed.</summary>
    public int Total { get; private set; }

    /// <summary>Those of the page.</summary>
    public IReadOnlyList<JsonObject> Kept => kept;

    /// <summary>Counts one that passed.</summary>
    /// <returns>True if it belongs to the page and is to be kept.</returns>
    public bool Count() => ++Total >= page.StartIndex && kept.Count < page.Count;

    /// <summary>Keeps it.</summary>
    public void Keep(JsonObject resource) => kept.Add(resource);
}
