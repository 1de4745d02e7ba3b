namespace EncryptionService.Hammer.History;

/// <summary>What a history means, worked out from its lines alone: shares no code with what turns lines into events.</summary>
internal sealed class Model
{
    /// <summary>Members and owners of each group that exists at the end.</summary>
    public Dictionary<string, HashSet<string>> Rosters { get; } = [];

    /// <summary>Groups that were made and removed again.</summary>
    public HashSet<string> Ended { get; } = [];

    /// <summary>Everybody whose last line in a group that still exists is a removal.</summary>
    public HashSet<(string Group, string User)> Left { get; } = [];

    public static Model Of(IEnumerable<HistoryLine> lines)
    {
        var model = new Model();
        foreach (var line in lines)
        {
            model.Take(line);
        }

        model.Left.RemoveWhere(left => model.Ended.Contains(left.Group));
        return model;
    }

    private void Take(HistoryLine line)
    {
        switch (line.Op)
        {
            case "group.add":
                Rosters.Add(line.RequiredGroup, []);
                break;
            case "group.remove":
                Rosters.Remove(line.RequiredGroup);
                Ended.Add(line.RequiredGroup);
                break;
            case "member.add" or "owner.add":
                Rosters[line.RequiredGroup].Add(line.RequiredUser);
                Left.Remove((line.RequiredGroup, line.RequiredUser));
                break;
            case "member.remove" or "owner.remove":
                Rosters[line.RequiredGroup].Remove(line.RequiredUser);
                Left.Add((line.RequiredGroup, line.RequiredUser));
                break;
            case "user.add" or "user.remove" or "group.rename":
                break;
            default:
                throw new InvalidDataException($"The history has an unknown operation '{line.Op}'.");
        }
    }
}
