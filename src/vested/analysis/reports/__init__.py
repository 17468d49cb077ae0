"""What a report needs beside the scores and the evidence."""
