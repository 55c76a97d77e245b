namespace Handmade.Experiments;

/// <summary>Which stages of a run are done and how many seconds each took: <c>state.json</c>.</summary>
public sealed class StageLog
{
    private readonly string path;
    private readonly List<(string Name, double Seconds, bool Done)> stages = [];

    internal StageLog(string path)
    {
        this.path = path;
        if (!File.Exists(path)) return;
        stages = JsonFile.Read(path, json => json.GetProperty("stages").EnumerateArray()
            .Select(s => (s.GetProperty("name").GetString()!, s.GetProperty("seconds").GetDouble(), s.GetProperty("done").GetBoolean()))
            .ToList());
    }

    /// <summary>Whether the stage has been marked as done.</summary>
    public bool IsDone(string name) => stages.Any(s => s.Name == name && s.Done);

    /// <summary>Wall seconds the stage has taken, all its resumptions together (a killed part is not counted).</summary>
    public double Seconds(string name) => stages.FirstOrDefault(s => s.Name == name).Seconds;

    /// <summary>How long all stages took together.</summary>
    public TimeSpan Total => TimeSpan.FromSeconds(stages.Sum(s => s.Seconds));

    /// <summary>Index of the last <see cref="StageKind.Once"/> stage that is not done, or -1.</summary>
    internal int LastToDo(IReadOnlyList<Stage> stages)
    {
        for (int i = stages.Count - 1; i >= 0; i--)
            if (stages[i].Kind == StageKind.Once && !IsDone(stages[i].Name)) return i;
        return -1;
    }

    /// <summary>Adds the seconds a stage ran, and whether it is done now.</summary>
    internal void Add(string name, double seconds, bool done)
    {
        int i = stages.FindIndex(s => s.Name == name);
        if (i < 0) stages.Add((name, seconds, done));
        else stages[i] = (name, stages[i].Seconds + seconds, done);
        JsonFile.Write(path, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("stages");
            foreach ((string stage, double took, bool finished) in stages)
            {
                json.WriteStartObject();
                json.WriteString("name", stage);
                json.WriteNumber("seconds", Math.Round(took, 3));
                json.WriteBoolean("done", finished);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
